"""The demo organisation Northlight: invented people, channels and a year of history, made by the product's own acts."""
