"""The pages for people: lists and decisions of the API, in Danish or English, for tablet, keyboard and print."""
