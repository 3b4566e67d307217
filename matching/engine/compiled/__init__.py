"""The engine's inner loops as machine code, by Numba. Loading it takes a second, so import it only where it is used.

Results are those of the NumPy path to the last bit: the same operations on doubles in the same order, none fused.
"""
