"""The names that the tables of claims are written in."""

from __future__ import annotations

from sympy import Function, Symbol

from symelbo import family, variables

x, y, z, u, w = variables("x y z u w")
z1, z2, z3 = variables("z_1 z_2 z_3")
theta, phi = variables("theta phi")
p, q, r, data = family("p"), family("q"), family("r"), family("p_D")
p_theta, q_phi, p_phi = family("p", theta), family("q", phi), family("p", phi)
f, g = Function("f", real=True), Function("g", real=True)
a, b = Symbol("a", real=True), Symbol("b", real=True)
beta, lam = Symbol("beta", positive=True), Symbol("lambda", positive=True)
