"""Where things are: gazetteer, regions, reference systems."""
