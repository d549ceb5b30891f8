"""What the product is compared with: bare Django views on the same database, with the middleware of `startproject`."""
