"""From a file as people have it to rows that mean something."""
