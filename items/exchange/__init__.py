"""Other systems' file formats: pure codecs between files and the content of items."""
