"""The compiler: sCrypt source text in, artifact out. `pipeline` shows its stages in order on one screen."""
