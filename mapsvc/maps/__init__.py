"""Folium maps: shell, layers, styles."""
