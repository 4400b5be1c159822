"""What SpatiaLite and PostGIS spell differently."""
