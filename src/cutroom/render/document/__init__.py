"""The template as a document: models, inputs, expressions, every fault by its place, the schema."""
