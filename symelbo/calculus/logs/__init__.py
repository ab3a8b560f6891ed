"""The parts of the decision procedure for rational functions, logarithms and exponentials.

The public face is `symelbo.calculus.logfield`; each file here has one part of it:

- `budget`: work is counted, and the ways in which a decision can end early;
- `ring`: polynomials over the integers and products of their powers;
- `logpoly`: polynomials in logarithms over that field;
- `convert`: from a SymPy expression to such a polynomial;
- `exponentials`, `roots`, `gammas`: the functions that are adjoined to the rational functions;
- `coprime`, `collect`: the coprime basis, and the coefficients of its logarithms;
- `constants`: is a number that contains `π`, `e` or `log 2` certainly not zero?
- `constraints`: relations that can be solved for a symbol;
- `certificate`: what a proof consists of.
"""
