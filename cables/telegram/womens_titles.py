"""Titles of women before a surname: "Mrs. Rell" may be the wife of the Rell whom a list has."""

WOMENS_TITLES = ("Mrs.", "Mrs", "Miss", "Mme.", "Mme", "Mlle.", "Madame", "Madam")
