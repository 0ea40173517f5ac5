"""Fits how qcdseg predicts the quality of its segmentations, and writes models/qcd_quality.json.

    python -m cmrt1_training.fit_quality PATH/TO/qcdseg --models MODELS --out WORK [--data FOLDER]

Runs qcdseg on generated images, a tenth without a heart, of the others half as in training and half worse, or on a
site's own FOLDER/images and FOLDER/masks. For each candidate the Dice of its muscle with the truth (0 where the truth
has none) is fitted by ordinary least squares to its agreement with the other candidates and to the evidence that
qcdseg reports; once more to the images that show myocardium, for the choice among the candidates. The highest of twelve
predictions is often the one that is most too high: the candidate with the highest mean Dice is preferred, by the margin
that in cross-validation delivers the best masks. A candidate that is empty in nearly all images is never predicted to
be any good, and agreement with it does not count. A second run, with what was fitted, gives the limits of the checks on
shape: from the delivered masks whose Dice is 0.7 or more. Prints the mean absolute error of the predictions, on the
same images and in five-fold cross-validation.
"""

import argparse
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import t as student_t

from .labelled_set import FITTING_ANATOMIES, write_set
from .masked_images import MaskedImage, find_masked
from .overlap import overlap
from .phantom.contrast import KINDS
from .phantom.labels import MYOCARDIUM
from .qcdseg import Results, candidate_names, run_qcdseg
from .quality_file import LEVEL, NO_LIMITS, Linear, Preference, Regressor, ensure_quality, write_quality

FIRST_SEED = 5_000_000_000
DEGRADED_SHARE = 2 / 3
# Of the degraded images the milder half is used. With all of them pass or fail at 0.7 was right in 78 % of the
# images as in training instead of 84 %, in five-fold cross-validation.
WORST_SEVERITY = 0.5
WITHOUT_HEART_SEED, WITHOUT_HEART_ANATOMIES = 7_000_000_000, 11
HEARTS_TO_ONE_WITHOUT = 9
FOLDS = 5
LEAST_IMAGES = 30  # about twice the weights of a regressor; in fewer a candidate or a feature is not to be learned from
WELL_SEGMENTED = 0.7
PERCENTILES, WIDENED = (0.5, 99.5), 0.1  # of the limits
# Of the preferred candidate; the smallest that is as good as any to AS_GOOD (Dice), the largest where too few images
# tell.
MARGINS = (0.0, 0.02, 0.05, 0.1, 0.2)
AS_GOOD = 5e-4


@dataclass(frozen=True)
class Predictions:
    """[images, candidates], as the program predicts."""

    dice: np.ndarray
    with_heart: np.ndarray

    def winners(self, preferred: int = 0, margin: float = 0.0) -> np.ndarray:
        """[images], the candidates that are delivered: `preferred`, if anything is predicted of it, unless `margin`
        more is predicted of another."""
        of_preferred = self.with_heart[:, preferred]
        enough = (of_preferred > 0) & (self.with_heart.max(1) <= of_preferred + margin)
        return np.where(enough, preferred, self.with_heart.argmax(1))


@dataclass(frozen=True)
class Samples:
    agreement: np.ndarray  # [images, candidates, candidates]
    evidence: np.ndarray  # [images, candidates, kinds]
    dice: np.ndarray  # [images, candidates], true
    shows_heart: np.ndarray  # [images], whether its truth has myocardium
    file: np.ndarray  # [images], number of the file it comes from
    names: list[str]
    evidence_names: list[str]

    def features(self, used: np.ndarray | slice = slice(None)) -> np.ndarray:
        """[images, candidates, candidates + kinds] of the images `used`: what Regressor.weights belong to."""
        return np.concatenate([self.agreement[used], self.evidence[used]], axis=2)


def collect(files: list[MaskedImage], results: Results) -> Samples:
    """Images that failed have no agreement and take no part."""
    names, agreement, evidence, dice, shows_heart, file = candidate_names(results), [], [], [], [], []
    for number, one in enumerate(files):
        for k, truth in enumerate(one.classes()):
            found = results.get((one.file.resolve(), k))
            if found is None or found.agreement is None:
                continue
            kinds = list(found.evidence)
            agreement.append(found.agreement)
            evidence.append(np.reshape([found.evidence[kind] for kind in kinds], (len(kinds), len(names))).T)
            dice.append([overlap(found.labels(name), truth).quality for name in names])
            shows_heart.append(bool((truth == MYOCARDIUM).any()))
            file.append(number)
    if sum(shows_heart) < LEAST_IMAGES:
        raise ValueError(f"{sum(shows_heart)} images that show myocardium were segmented; {LEAST_IMAGES} are needed to fit")
    columns = (np.array(column) for column in (agreement, evidence, dice, shows_heart, file))
    return Samples(*columns, names, kinds)


def fit(samples: Samples, used: np.ndarray | slice = slice(None)) -> list[Regressor]:
    """Ordinary least squares for each candidate on the images `used`."""
    regressors, features, shows_heart = [], samples.features(used), samples.shows_heart[used]
    for i, name in enumerate(samples.names):
        z, truth = supported(design(features, i)), samples.dice[used, i]
        weights = np.linalg.lstsq(z, truth, rcond=None)[0]
        residual_sd = np.sqrt(((truth - z @ weights) ** 2).sum() / freedom(len(truth), len(weights)))
        gram = np.linalg.pinv(z.T @ z, hermitian=True)
        of_hearts = np.linalg.lstsq(supported(design(features[shows_heart], i)), truth[shows_heart], rcond=None)[0]
        regressors.append(Regressor(**asdict(linear(weights, i)), name=name, residual_sd=float(residual_sd),
                                    inverse_gram=gram.tolist(), with_heart=linear(of_hearts, i)))  # fmt: skip
    return regressors


def linear(weights: np.ndarray, candidate: int) -> Linear:
    """Of a solution with design()."""
    return Linear(float(weights[0]), np.insert(weights[1:], candidate, 0.0).tolist())


def freedom(images: int, weights: int) -> int:
    return max(images - weights, 1)


def design(features: np.ndarray, candidate: int) -> np.ndarray:
    """[images, weights]: 1, then the agreement with the others in order and the evidence."""
    others = np.delete(features[:, candidate], candidate, axis=1)
    return np.hstack([np.ones((len(others), 1)), others])


def supported(z: np.ndarray) -> np.ndarray:
    """`z` with 0, which gets the weight 0, in place of features that hardly occur; with nothing else for a candidate
    that itself hardly occurs."""
    occurs = (z != 0).sum(0) >= LEAST_IMAGES
    return np.where(occurs & occurs[1:].any(), z, 0)


def predict(regressors: list[Regressor], features: np.ndarray) -> Predictions:
    """0 of candidates without myocardium, which agree with nothing but themselves."""
    empty = features[:, :, : len(regressors)].sum(2) <= 1

    def of(each: list[Linear]) -> np.ndarray:
        values = [one.intercept + features[:, i] @ np.array(one.weights) for i, one in enumerate(each)]
        return np.where(empty, 0, np.clip(np.stack(values, 1), 0, 1))

    return Predictions(of(regressors), of([one.with_heart for one in regressors]))


def folds(samples: Samples) -> np.ndarray:
    """[images], images of a file together."""
    return np.random.default_rng(0).permutation(samples.file.max() + 1)[samples.file] % FOLDS


def cross_validated(samples: Samples) -> Predictions:
    """Predictions for each image from those of other files."""
    fold = folds(samples)
    predicted = Predictions(np.empty_like(samples.dice), np.empty_like(samples.dice))
    for one in range(FOLDS):
        of_fold = predict(fit(samples, fold != one), samples.features(fold == one))
        predicted.dice[fold == one], predicted.with_heart[fold == one] = of_fold.dice, of_fold.with_heart
    return predicted


def preference(samples: Samples, apart: Predictions) -> tuple[int, float]:
    """Candidate with the best masks of hearts, and the margin by which others must be predicted better."""
    dice, with_heart = samples.dice[samples.shows_heart], apart.with_heart[samples.shows_heart]
    preferred, predicted = int(dice.mean(0).argmax()), Predictions(with_heart, with_heart)
    if min((samples.shows_heart & (folds(samples) != one)).sum() for one in range(FOLDS)) < LEAST_IMAGES:
        return preferred, MARGINS[-1]  # nothing was learned in some of the folds
    delivered = [np.take_along_axis(dice, predicted.winners(preferred, margin)[:, None], 1).mean() for margin in MARGINS]
    return preferred, next(margin for margin, mean in zip(MARGINS, delivered) if mean >= max(delivered) - AS_GOOD)


def table(samples: Samples, fitted: Predictions, apart: Predictions, preferred: int, margin: float) -> str:
    """A row a candidate, then the one that wins."""
    wins = np.bincount(fitted.winners(preferred, margin), minlength=len(samples.names)) / len(samples.dice)
    error = lambda predicted: np.abs(predicted.dice - samples.dice)
    lines = ["| candidate | true Dice | error of the prediction | in cross-validation | wins |",
             "|---|---|---|---|---|"]  # fmt: skip
    for i, name in enumerate(samples.names):
        lines.append(f"| {name} | {samples.dice[:, i].mean():.3f} | {error(fitted)[:, i].mean():.4f} "
                     f"| {error(apart)[:, i].mean():.4f} | {100 * wins[i]:.1f} % |")  # fmt: skip
    won = lambda values, predicted: np.take_along_axis(values, predicted.winners(preferred, margin)[:, None], 1).mean()
    lines.append(f"| the winner | {won(samples.dice, fitted):.3f} | {won(error(fitted), fitted):.4f} "
                 f"| {won(error(apart), apart):.4f} | |")  # fmt: skip
    return "\n".join(lines)


def limits(files: list[MaskedImage], results: Results) -> dict:
    """From the delivered masks that agree with the truth. What the program does not report is not limited."""
    pairs = [(results.get((one.file.resolve(), k)), truth) for one in files for k, truth in enumerate(one.classes())]
    good = [found.entry for found, truth in pairs if found and overlap(found.labels(), truth).quality >= WELL_SEGMENTED]
    if not good:
        raise ValueError(f"no image was segmented with a Dice of {WELL_SEGMENTED} or more, to set limits by")
    measures = [entry.get("areas_mm2", {}) | entry | entry.get("shape", {}) for entry in good]
    names = {"myocardium_mm2": "myocardium", "blood_pool_mm2": "blood_pool"}
    found = dict(NO_LIMITS)
    for limit, widest in NO_LIMITS.items():
        values = [value for one in measures if (value := one.get(names.get(limit, limit))) is not None]
        if not values:
            print(f"qcdseg does not report {limit}: it stays without limits", file=sys.stderr)
            continue
        low, high = np.percentile(values, PERCENTILES) * (1 - WIDENED, 1 + WIDENED)
        found[limit] = [float(low), float(high)] if isinstance(widest, list) else float(high if widest else low)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("qcdseg", type=Path, help="the program")
    parser.add_argument("--models", type=Path, required=True, help="folder of qcd.pt, where the file is written")
    parser.add_argument("--out", type=Path, required=True, help="folder for the images and the program's results")
    parser.add_argument("--images", type=int, default=900, help="to generate; a third of them are worse than what is used")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, metavar="KIND",
                        help=f"contrasts of generated images: {', '.join(KINDS)}; default all")  # fmt: skip
    parser.add_argument("--data", type=Path, help="folder with images and masks of your own, instead of generated ones")
    options = parser.parse_args()
    if options.data and options.kinds:
        parser.error("--kinds are contrasts of generated images, and --data are images of your own: give one of them")
    torch.set_num_threads(1)
    try:
        print(fit_quality(options))
    except (RuntimeError, ValueError) as error:
        raise SystemExit(str(error)) from error


def fit_quality(options: argparse.Namespace) -> str:
    if options.data:
        files = as_training = find_masked(options.data)
    else:
        kinds = options.kinds or KINDS
        files = write_set(options.out / "set", options.images, FIRST_SEED, FITTING_ANATOMIES, kinds,
                          degraded_share=DEGRADED_SHARE)  # fmt: skip
        files = [one for one in files if one.severity <= WORST_SEVERITY]
        as_training = [one for one in files if one.severity == 0]
        files = files + write_set(options.out / "without_heart", math.ceil(len(files) / HEARTS_TO_ONE_WITHOUT),
                                  WITHOUT_HEART_SEED, WITHOUT_HEART_ANATOMIES, kinds, fail_share=1,
                                  failures=("no_heart",))  # fmt: skip
    run = lambda some, name, candidates: run_qcdseg(
        options.qcdseg, [one.file for one in some], options.out / name, options.models, candidates
    )
    ensure_quality(options.models)
    samples = collect(files, run(files, "results", True))
    regressors = fit(samples)
    features = samples.features()
    t = float(student_t.ppf((1 + LEVEL) / 2, freedom(len(features), features.shape[2])))
    apart = cross_validated(samples)
    preferred, margin = preference(samples, apart)
    write = lambda shape: write_quality(options.models, regressors, t, shape, samples.evidence_names,
                                        Preference(samples.names[preferred], margin))  # fmt: skip
    write(NO_LIMITS)
    write(limits(as_training, run(as_training, "results_fitted", False)))
    shown = table(samples, predict(regressors, features), apart, preferred, margin)
    return f"{shown}\n\nPreferred: {samples.names[preferred]}, by {margin:.2f}."


if __name__ == "__main__":
    main()
