"""What each model is worth, month by month, and on 100 flights that others can check their answers against."""

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

from columns import CATEGORICAL, NUMERIC
from dataset import plain
from flights import labelled
from models import MODELS, SEED, scores

COST_OF_ACTION = 40
SAVED_IF_LATE = 120
THRESHOLD = COST_OF_ACTION / SAVED_IF_LATE
GOLDEN_ROWS = 100


def monthly_metrics(session, f):
    return [period_metrics(session, f, "2013-%02d" % month, (month, month)) for month in range(1, 13)]


def period_metrics(session, f, period, months):
    rows = labelled(f, *months)
    late, score = rows.late.to_numpy(), scores(session, rows).astype("float64")
    return {
        "period": period,
        "rows": len(rows),
        "positiveShare": short(late.mean()),
        "meanScore": short(score.mean()),
        "rocAuc": short(roc_auc_score(late, score)),
        "logLoss": short(log_loss(late, np.clip(score, 1e-7, 1 - 1e-7))),
        "calibrationError": short(calibration_error(late, score)),
        "valuePer1000": round(1000 * value(late, score) / len(rows), 1),
    }


def calibration_error(late, score, bins=10):
    """Expected calibration error over bins of equal count."""
    order = np.argsort(score, kind="stable")
    gaps = [len(b) * abs(score[b].mean() - late[b].mean()) for b in np.array_split(order, bins)]
    return sum(gaps) / len(score)


def value(late, score):
    act = score >= THRESHOLD
    return SAVED_IF_LATE * np.count_nonzero(act & (late == 1)) - COST_OF_ACTION * np.count_nonzero(act)


def short(number):
    return round(float(number), 5)


def golden_scores(f, sessions):
    """100 flights of July to December, which no champion has seen, in order of time."""
    rows = labelled(f, 7, 12).sample(GOLDEN_ROWS, random_state=SEED).sort_values(["event_time", "flight_id"])
    answers = {name: scores(sessions[name], rows) for name in MODELS}
    cat, num = rows[CATEGORICAL].to_numpy(dtype=object), rows[NUMERIC].astype("float64").to_numpy()
    return [
        {
            "flightId": rows.flight_id.iloc[i],
            "late": bool(rows.late.iloc[i]),
            "inputs": {"cat": [str(v) for v in cat[i]], "num": [plain(float(v)) for v in num[i]]},
            "scores": {name: float(answers[name][i]) for name in MODELS},
        }
        for i in range(len(rows))
    ]
