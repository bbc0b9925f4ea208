"""How the shipped weights of :mod:`interest.reader` are made: data, training, and nothing else."""
