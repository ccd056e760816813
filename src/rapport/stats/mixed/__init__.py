"""Mixed models for nested data: sessions in clients in therapists."""
