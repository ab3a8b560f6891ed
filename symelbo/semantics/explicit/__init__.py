"""Claims about explicit laws at random points: quadrature, derivatives, linear Gaussian models."""
