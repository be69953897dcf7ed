"""Drawings as they stand on paper and before a script runs: SVG, in the parts that the files of js/ keep current."""
