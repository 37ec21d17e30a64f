"""The one application of the room."""
