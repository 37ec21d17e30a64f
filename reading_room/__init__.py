"""The project: settings, addresses and the embedded database server. Wiring, no logic."""
