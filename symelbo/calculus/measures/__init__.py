"""The measure normal form: what integrates out, averages under laws, sums, derivatives."""
