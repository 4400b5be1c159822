"""What referents compute: where a cohort can go, and what a region lacks; pure, without a database."""
