"""Those who read our pages: their time zone, their words for days, the browser they use."""
