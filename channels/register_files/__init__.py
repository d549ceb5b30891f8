"""The registry as a CSV file: an existing register is planned and taken in, and all of it can be written out."""
