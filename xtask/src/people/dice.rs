//! Random numbers that are the same in every version: what is published must not change with a dependency.

/// A sequence of random numbers (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The sequence of this row.
    pub(crate) const fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
        // Neighbours start far apart.
        let state = dice.next();
        Self(state)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is less than 2³².
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        ((self.next() >> 32) * bound) >> 32
    }

    /// Whether something that happens once in so many times happens.
    pub(crate) const fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Whether something happens that happens in `percent` of a hundred times.
    pub(super) const fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "53 bits are as many as an f64 holds"
        )]
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        unit < probability
    }

    /// One of these.
    pub(super) const fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is below the length of a slice"
        )]
        let place = self.below(items.len() as u64) as usize;
        items[place]
    }
}
