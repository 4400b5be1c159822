"""Geographic files in bulk, read and written by GDAL."""
