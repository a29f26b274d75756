"""What agents are called. No one of these names belongs to anybody we know."""

_FIRST = (
    "Amara", "Björn", "Carla", "Dmitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaya",
    "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Siobhán", "Tomasz", "Uma",
    "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë", "Anton", "Brigid", "Chidi", "Dolores", "Emil",
    "Fatima", "Goran", "Hanna", "Ivo", "Jamila", "Kofi", "Łucja", "Milan", "Noor", "Olga", "Pavel",
    "Ruth",
)  # fmt: skip
_LAST = (
    "Abel", "Berger", "Castellanos", "Díaz", "Eze", "Fischer", "Gruber", "Hassan", "Ivanova",
    "Jansen", "Kowalski", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi",
    "Schäfer", "Tanaka", "Ueda", "Vargas", "Weber", "Xhaka", "Yıldız", "Zimmermann", "Ó Briain",
    "Patel", "Nowak", "Bauer", "Costa", "Dahl", "Engel", "Farkas", "Greco", "Horvat", "Iqbal",
    "Jovanović", "Kranz", "Lopes", "Marek",
)  # fmt: skip
NAMES = (_FIRST, _LAST)
