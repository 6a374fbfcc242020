"""Measurements: ours and the bound of the machine, side by side in one run (docs: reference figures are ratios)."""
