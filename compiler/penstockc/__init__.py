"""Compiler: sCrypt source text in, artifact out. `pipeline` lists its stages in order on one screen."""
