//! From values to places, and the round values at which a scale is marked.

/// A range of values along a range of places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From 0, or from below it if a value is; none of the values may be NaN.
    pub(super) fn linear(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut least, mut most) = (0_f64, 0_f64);
        for value in values {
            least = least.min(value);
            most = most.max(value);
        }
        if most <= least {
            most = least + 1.0;
        }
        Self {
            least,
            most,
            from,
            to,
        }
    }

    /// Made longer, so that it begins and ends with a mark.
    pub(super) fn rounded(self, marks: usize) -> Self {
        let step = self.step(marks);
        Self {
            least: (self.least / step).floor() * step,
            most: (self.most / step).ceil() * step,
            ..self
        }
    }

    pub(super) fn place(self, value: f64) -> f64 {
        self.from + (value - self.least) / (self.most - self.least) * (self.to - self.from)
    }

    /// Some round values, about so many.
    pub(super) fn marks(self, about: usize) -> Vec<f64> {
        let step = self.step(about);
        let first = (self.least / step).ceil();
        (0..=2 * about)
            .map(|number| (first + number as f64) * step)
            // A value that is the last but for rounding is the last.
            .take_while(|mark| *mark <= self.most + step * 1e-6)
            .collect()
    }

    /// 1, 2 or 5 times a power of ten.
    fn step(self, about: usize) -> f64 {
        let rough = (self.most - self.least) / about.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let factors = [1.0, 2.0, 5.0].into_iter();
        let fitting = factors.map(|factor| factor * power);
        fitting
            .into_iter()
            .find(|step| *step >= rough * (1.0 - 1e-9))
            .unwrap_or(10.0 * power)
    }
}

/// A figure for people: no more digits than say something, thousands apart.
pub(super) fn label(value: f64) -> String {
    let size = value.abs();
    let digits = match size {
        _ if size >= 100.0 || size == 0.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 0.01 => 2,
        _ => 4,
    };
    let text = format!("{size:.digits$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let part = part.trim_end_matches('0');
    let sign = if value < 0.0 { "−" } else { "" };
    if part.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}.{part}")
    }
}
