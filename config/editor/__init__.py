"""What the product adds to the editor as a whole: its doors, first saves at once, and retiring instead of deleting."""
