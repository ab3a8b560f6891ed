"""Repairs: the smallest edit of the author's source that makes a false line true, proved before it is offered."""
