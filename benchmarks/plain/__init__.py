"""An app with a page type of stock parts, which only `benchmarks.edit_page` installs."""
