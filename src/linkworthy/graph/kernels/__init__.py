"""Compiled inner loops; every other module of the room is plain Python over arrays."""
