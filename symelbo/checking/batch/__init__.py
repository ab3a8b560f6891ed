"""Many documents: worker processes, a cluster, and a cache of what was judged before."""

from symelbo.checking.batch.cache import Cache, default_cache_path
from symelbo.checking.batch.run import check_many

__all__ = ["Cache", "check_many", "default_cache_path"]
