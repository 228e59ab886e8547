"""Named rules about a stay, each a pure function that says why: facts in, verdict out."""
