"""How well two series of figures agree."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Agreement:
    """Of what was found with the truth, pairs of values without NaN."""

    count: int
    bias: float  # mean of found - truth
    sd: float  # of found - truth
    icc: float  # ICC(2,1): two-way random effects, absolute agreement, single measurement; NaN below three values

    def __str__(self) -> str:
        icc = "–" if np.isnan(self.icc) else f"{self.icc:.3f}"
        return f"{self.bias:+.2f} ± {self.sd:.2f} | {icc}"


def agreement(found: np.ndarray, truth: np.ndarray) -> Agreement:
    known = np.isfinite(found) & np.isfinite(truth)
    found, truth = found[known], truth[known]
    error = found - truth
    if not len(error):
        return Agreement(0, np.nan, np.nan, np.nan)
    return Agreement(len(error), float(error.mean()), float(error.std(ddof=1)) if len(error) > 1 else np.nan,
                     icc(found, truth))  # fmt: skip


def icc(found: np.ndarray, truth: np.ndarray) -> float:
    """ICC(2,1) as pingouin computes it, which alone needs that library (GPL-3: not for the programs)."""
    if len(found) < 3:
        return np.nan
    import pandas
    import pingouin

    n = len(found)
    table = pandas.DataFrame({"target": [*range(n)] * 2, "rater": ["found"] * n + ["truth"] * n,
                              "value": np.concatenate([found, truth])})  # fmt: skip
    rows = pingouin.intraclass_corr(table, "target", "rater", "value").set_index("Type")
    return float(rows["ICC"][next(name for name in ("ICC2", "ICC(A,1)") if name in rows.index)])


def paired_test(ours: np.ndarray, theirs: np.ndarray) -> str:
    """Of figures of the same cases: how often the first is larger and smaller, paired t-test, Wilcoxon's test."""
    larger, smaller = int((ours > theirs).sum()), int((ours < theirs).sum())
    if not larger + smaller:
        return "the same"
    t, w = stats.ttest_rel(ours, theirs).pvalue, stats.wilcoxon(ours, theirs).pvalue
    return f"{ours.mean() - theirs.mean():+.3f}; larger in {larger}, smaller in {smaller}; t-test p = {t:.2g}, Wilcoxon p = {w:.2g}"
