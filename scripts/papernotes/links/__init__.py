"""External links: found, asked politely and safely, judged, remembered."""
