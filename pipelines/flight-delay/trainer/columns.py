"""The columns of one event, in the order that the models read them, and what is possible in each."""

LEAD_MIN = 60
"""Minutes before scheduled departure at which an event is stamped. More than half of the flights leave before their
scheduled minute (the earliest 43 minutes before), so at 0 the outcome would be partly known."""

LATE_MIN = 15
"""A flight is late when it arrives more than this many minutes after its schedule."""

NEW_YORK = "America/New_York"
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

CATEGORICAL = ["carrier", "origin", "dest", "weekday"]
NUMERIC = [
    "distance_mi",
    "sched_dep_minute",
    "sched_block_min",
    "plane_age_years",
    "plane_seats",
    "temp_f",
    "humid_pct",
    "wind_speed_mph",
    "precip_in",
    "pressure_hpa",
    "visib_mi",
    "origin_sched_dep_1h",
    "origin_dep_delay_mean_2h",
    "origin_overdue_share_2h",
    "dest_arr_delay_mean_6h",
    "prev_leg_arr_delay_min",
]
MODEL_COLUMNS = CATEGORICAL + NUMERIC

IMPUTED = {"plane_manufacturer": "unknown"}
"""Features that pipeline.yaml imputes by a constant. No model reads them; the profile has them as they come out."""

HARD_RANGES = {
    "distance_mi": (1, 6000),
    "sched_dep_minute": (0, 1439),
    "sched_block_min": (10, 900),
    "plane_age_years": (0, 60),
    "plane_seats": (1, 600),
    "temp_f": (-40, 130),
    "humid_pct": (0, 100),
    "wind_speed_mph": (0, 150),
    "precip_in": (0, 10),
    "pressure_hpa": (870, 1085),
    "visib_mi": (0, 20),
    "origin_sched_dep_1h": (1, 100),
    "origin_dep_delay_mean_2h": (-60, 1500),
    "origin_overdue_share_2h": (0, 1),
    "dest_arr_delay_mean_6h": (-120, 1500),
    "prev_leg_arr_delay_min": (-120, 1500),
}
"""The same ranges as in pipeline.yaml: the profile describes cleaned features."""
