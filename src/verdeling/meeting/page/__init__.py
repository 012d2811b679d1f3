"""The page of the table, on NiceGUI: the only part that knows of browsers. Needs ``verdeling[table]``."""
