use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;

use super::*;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn decode(encoded: &[u8], piece: usize, max: usize) -> Result<Bytes, ErrorKind> {
    let mut sink = Sink::new(Encoding::Gzip, 0, max, &Inflaters::default());
    for piece in encoded.chunks(piece) {
        sink.write(piece).map_err(|error| error.kind())?;
    }
    sink.finish().map_err(|error| error.kind())
}

#[test]
fn gzip_in_pieces_and_members() {
    let two = [gzip(b"one "), gzip(b"two")].concat();
    for piece in [1, 7, 1000] {
        assert_eq!(decode(&two, piece, 100).expect("valid"), "one two");
    }
    assert_eq!(decode(&[], 1, 100).expect("empty"), "");
    assert_eq!(decode(&gzip(b""), 1, 100).expect("empty"), "");
}

#[test]
fn damage_is_told_from_size() {
    let text: Vec<u8> = (0..4000_u32).flat_map(u32::to_le_bytes).collect();
    let whole = gzip(&text);
    let cut = &whole[..whole.len() - 9];
    assert_eq!(decode(cut, 64, 1 << 20), Err(ErrorKind::Protocol));
    let mut flipped = whole.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 1;
    assert_eq!(
        decode(&flipped, 64, 1 << 20),
        Err(ErrorKind::Protocol),
        "the checksum is checked"
    );
    let trailing = [whole.as_slice(), b"<html>"].concat();
    assert_eq!(decode(&trailing, 64, 1 << 20), Err(ErrorKind::Protocol));
    assert_eq!(decode(b"<html>", 64, 1 << 20), Err(ErrorKind::Protocol));
    assert_eq!(decode(&whole, 64, text.len()).expect("fits"), text);
    assert_eq!(decode(&whole, 64, text.len() - 1), Err(ErrorKind::TooLarge));
}

#[test]
fn a_bomb_stops_at_the_cap() {
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 128 << 10);
    let max = 1 << 20;
    let mut sink = Sink::new(Encoding::Gzip, 0, max, &Inflaters::default());
    let error = sink.write(&bomb).expect_err("64 MiB are too many");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(sink.decoded.bytes.capacity() <= 2 * max);
}

#[test]
fn members_without_content_do_not_go_on_for_ever() {
    let empty = gzip(b"");
    let many = empty.repeat(100);
    assert_eq!(decode(&many, 64, many.len() - 1), Err(ErrorKind::TooLarge));
}

#[test]
fn only_what_was_asked_for_is_decoded() {
    let of = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
        }
        Encoding::of(&headers).map_err(|error| error.kind())
    };
    assert_eq!(of(&[]), Ok(Encoding::Identity));
    assert_eq!(of(&["identity"]), Ok(Encoding::Identity));
    assert_eq!(of(&["GZip"]), Ok(Encoding::Gzip));
    assert_eq!(of(&["identity, x-gzip"]), Ok(Encoding::Gzip));
    assert_eq!(of(&["br"]), Err(ErrorKind::Protocol));
    assert_eq!(of(&["gzip", "gzip"]), Err(ErrorKind::Protocol));
}
