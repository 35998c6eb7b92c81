//! Which brand, in accounts that separate the end users of their brands.

use std::fmt;

use zd_model::BrandId;

/// The end users of which brand, in an account that separates them (early access in 2026). Other accounts ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BrandScope {
    /// Of all brands.
    All,
    /// Those who belong to no brand.
    Unbranded,
    /// Of this brand, and those who belong to no brand where this one is not separated.
    Of(BrandId),
}

impl fmt::Display for BrandScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("all"),
            Self::Unbranded => formatter.write_str("0"),
            Self::Of(brand) => brand.fmt(formatter),
        }
    }
}
