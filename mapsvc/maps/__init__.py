"""Folium maps: the scripts of the pages' maps, and maps to download."""
