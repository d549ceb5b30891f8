"""Official accounts and who may post on them."""
