use flate2::write::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use proptest::prelude::*;

use super::*;

fn packed(builder: GzBuilder, text: &[u8]) -> Vec<u8> {
    let mut encoder = builder.write(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

/// With a header that has every part.
fn full(text: &[u8]) -> Vec<u8> {
    let builder = GzBuilder::new()
        .extra(*b"extra")
        .filename("name")
        .comment("comment");
    let mut bytes = packed(builder, text);
    bytes[3] |= HAS_CRC;
    let end = 10 + 2 + 5 + 5 + 8;
    let mut crc = Crc::new();
    crc.update(&bytes[..end]);
    let [low, high, ..] = crc.sum().to_le_bytes();
    bytes.splice(end..end, [low, high]);
    bytes
}

fn decode(inflaters: &Inflaters, bytes: &[u8], piece: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut gzip = Gzip::new(inflaters);
    for piece in bytes.chunks(piece) {
        gzip.write(piece, &mut text)?;
    }
    gzip.finish()?;
    Ok(text)
}

/// The decoder of flate2.
fn reference(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut decoder = MultiGzDecoder::new(Vec::new());
    decoder.write_all(bytes)?;
    decoder.finish()
}

#[test]
fn every_part_of_a_header_is_read_in_any_pieces() {
    let bytes = full(b"text");
    assert_eq!(reference(&bytes).expect("valid"), b"text");
    let inflaters = Inflaters::default();
    for piece in 1..=bytes.len() {
        assert_eq!(decode(&inflaters, &bytes, piece).expect("valid"), b"text");
    }
    let empty = packed(GzBuilder::new().extra(*b"").filename(""), b"text");
    assert_eq!(decode(&inflaters, &empty, 1).expect("valid"), b"text");
}

#[test]
fn an_end_anywhere_but_behind_a_member_is_an_error() {
    let bytes = full(b"text");
    let inflaters = Inflaters::default();
    for end in 1..bytes.len() {
        assert!(decode(&inflaters, &bytes[..end], 7).is_err(), "{end}");
        let behind = [&bytes, &bytes[..end]].concat();
        assert!(decode(&inflaters, &behind, 7).is_err(), "{end}");
    }
}

#[test]
fn an_inflater_that_saw_an_error_decodes_the_next_body() {
    let inflaters = Inflaters::default();
    let text = b"some text, some text, some text".repeat(2000);
    let bytes = packed(GzBuilder::new(), &text);
    for end in [5, 20, bytes.len() / 2, bytes.len() - 4] {
        decode(&inflaters, &bytes[..end], 11).expect_err("cut off");
        assert_eq!(inflaters.0.lock().expect("not poisoned").len(), 1);
        assert_eq!(decode(&inflaters, &bytes, 11).expect("valid"), text);
    }
}

#[test]
fn no_more_inflaters_are_kept_than_a_few() {
    let inflaters = Inflaters::default();
    let used: Vec<_> = (0..3 * KEPT).map(|_| Gzip::new(&inflaters)).collect();
    drop(used);
    assert_eq!(inflaters.0.lock().expect("not poisoned").len(), KEPT);
}

proptest! {
    #[test]
    fn it_decodes_what_flate2_decodes(
        text in proptest::collection::vec(any::<u8>(), 0..2000),
        repeated in 1_usize..60,
        pieces in 1_usize..5000,
    ) {
        let text = text.repeat(repeated);
        let bytes = [packed(GzBuilder::new(), &text), full(&text)].concat();
        prop_assert_eq!(
            decode(&Inflaters::default(), &bytes, pieces).expect("valid"),
            text.repeat(2)
        );
    }

    #[test]
    fn damage_is_what_flate2_calls_damage(
        at in 0_usize..100,
        with in 1_u8..,
        pieces in 1_usize..50,
    ) {
        let mut bytes = full(b"a text that is there, a text that was there");
        let at = at % bytes.len();
        bytes[at] ^= with;
        let ours = decode(&Inflaters::default(), &bytes, pieces);
        prop_assert_eq!(ours.ok(), reference(&bytes).ok());
    }
}
