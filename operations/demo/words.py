"""What made-up events are called, where they are and who comes."""

ORGANISATIONS = [
    ("demo-riverside", "Riverside Community Centre"),
    ("demo-makers", "Makers' Guild"),
    ("demo-north-library", "North Street Library"),
]
# (slug, name, the organisation it belongs to or none)
CHANNELS = [
    ("demo-riverside-sports", "Riverside Sports", "demo-riverside"),
    ("demo-riverside-kitchen", "Riverside Kitchen", "demo-riverside"),
    ("demo-makers-evenings", "Makers' Evenings", "demo-makers"),
    ("demo-repair-cafe", "Repair Café", "demo-makers"),
    ("demo-readers", "North Street Readers", "demo-north-library"),
    ("demo-local-history", "Local History", "demo-north-library"),
    ("demo-board-games", "Board Games", None),
    ("demo-choir", "Open Choir", None),
    ("demo-runners", "Sunday Runners", None),
    ("demo-gardeners", "Allotment Gardeners", None),
]
KINDS = ["Open", "Spring", "Neighbourhood", "Late", "Beginners'", "Annual", "Friday", "Family"]
ACTIVITIES = [
    ("Bread Baking", ["food", "workshop"]),
    ("Choir Night", ["music"]),
    ("Bike Repair", ["repair", "workshop"]),
    ("Book Club", ["books"]),
    ("Garden Party", ["outdoors", "food"]),
    ("Film Evening", ["film"]),
    ("Chess Tournament", ["games"]),
    ("Trail Run", ["sports", "outdoors"]),
    ("Language Exchange", ["languages"]),
    ("Swap Shop", ["repair"]),
    ("Poetry Reading", ["books"]),
    ("Pottery Class", ["workshop"]),
    ("Star Gazing", ["outdoors", "science"]),
    ("Coding Dojo", ["software"]),
]
PLACES = [
    ("Riverside Hall, 4 Mill Lane", "Europe/London"),
    ("Makers' Yard, Workshop 2", "Europe/Berlin"),
    ("North Street Library, Reading Room", "Europe/London"),
    ("Allotments, Gate 3", "Europe/Paris"),
    ("Old Fire Station, First Floor", "America/Chicago"),
    ("Harbour Pavilion", "America/New_York"),
    ("Corner Café, Back Room", "Australia/Sydney"),
]
FIRST_NAMES = [
    *("Ana", "Ben", "Chidi", "Dora", "Emre", "Farah", "Gus", "Hana", "Ines", "Jonas", "Kim", "Lea"),
    *(
        "Mina",
        "Noor",
        "Omar",
        "Pia",
        "Quinn",
        "Robin",
        "Sky",
        "Tariq",
        "Uma",
        "Vera",
        "Wen",
        "Yara",
    ),
]
LAST_NAMES = [
    *("Adler", "Brown", "Costa", "Diaz", "Eze", "Fischer", "Garcia", "Haddad", "Ito", "Jansen"),
    *("Kaya", "Lopez", "Meyer", "Nowak", "Okafor", "Petrov", "Rossi", "Silva", "Tanaka", "Weber"),
]
PRONOUNS = ["she/her", "he/him", "they/them"]
NOTES = [
    "Can bring a projector.",
    "I may be ten minutes late.",
    "Vegetarian, please.",
    "Happy to help with the chairs.",
]
TIERS = ["Standard", "Concession", "Supporter"]
QUESTION = "Is there anything we should know?"
ANSWERS = ["No, thank you.", "I use a wheelchair.", "Nut allergy.", "First time here!"]
ANNOUNCEMENTS = [
    "The doors open half an hour earlier.",
    "Please bring a cup of your own.",
    "We have found a bigger room: there are new seats.",
    "The bus line 12 stops right at the door.",
]
COMMENTS = ["Looking forward to it!", "Is there parking nearby?", "It was lovely last time."]
