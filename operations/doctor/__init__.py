"""Is the instance healthy? Small checks, each of one thing that can go wrong."""
