"""Every mistake that the compiler knows, a class per kind, by the stage that finds it."""
