"""What we teach, from files that a referent can edit: settling-in kits, courses, timelines."""
