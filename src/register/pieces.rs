//! A letter's bytes as they are kept, handed on in pieces: a letter is as large as a pack, and need not be in memory as a whole to leave.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Bytes handed on at once.
pub const PIECE: usize = 64 * 1024;

/// Where the bytes are.
#[derive(Debug, Clone, Copy)]
pub enum Kept<'a> {
    /// A content of the store, and how many bytes it has.
    File(&'a Path, usize),
    Bytes(&'a [u8]),
}

impl<'a> Kept<'a> {
    /// A content that lies there.
    ///
    /// Fails when it does not.
    pub fn at(path: &'a Path) -> io::Result<Self> {
        let bytes = usize::try_from(path.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Kept::File(path, bytes))
    }

    pub const fn size(&self) -> usize {
        match self {
            Kept::File(_, bytes) => *bytes,
            Kept::Bytes(bytes) => bytes.len(),
        }
    }

    /// All of it, for whoever must take it apart.
    ///
    /// Fails when it cannot be read.
    pub fn whole(&self) -> io::Result<Cow<'a, [u8]>> {
        match self {
            Kept::File(path, _) => Ok(Cow::Owned(std::fs::read(path)?)),
            Kept::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }

    /// Whether every letter in it has seven bits.
    ///
    /// Fails when it cannot be read.
    pub fn is_ascii(&self) -> io::Result<bool> {
        let mut is_ascii = true;
        self.each(|piece| {
            is_ascii &= piece.is_ascii();
            Ok::<(), io::Error>(())
        })?;
        Ok(is_ascii)
    }

    /// Hands on piece after piece, in order.
    ///
    /// Fails when `each` does, when it cannot be read, and at the end when it has another size than it had.
    pub fn each<E: From<io::Error>>(&self, mut each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let (path, bytes) = match self {
            Kept::Bytes(bytes) => return bytes.chunks(PIECE).try_for_each(each),
            Kept::File(path, bytes) => (path, *bytes),
        };
        let mut file = File::open(path)?;
        let mut piece = vec![0; PIECE];
        let mut handed = 0;
        loop {
            let read = match file.read(&mut piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                break;
            }
            each(&piece[..read])?;
            handed += read;
        }
        if handed == bytes {
            return Ok(());
        }
        Err(io::Error::new(ErrorKind::InvalidData, "it is not as long as it was").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_the_same_bytes_come_in_the_same_pieces_and_one_cut_short_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("kept");
        let bytes: Vec<u8> = (0..PIECE + 7).map(|at| u8::try_from(at % 100).unwrap()).collect();
        io::Write::write_all(&mut File::create(&path).unwrap(), &bytes).unwrap();
        let all = |kept: Kept<'_>| {
            let mut all = Vec::new();
            kept.each(|piece| {
                all.extend_from_slice(piece);
                Ok::<(), io::Error>(())
            })
            .map(|()| all)
        };
        let kept = Kept::at(&path).unwrap();
        assert_eq!((kept.size(), all(kept).unwrap()), (bytes.len(), bytes.clone()));
        assert_eq!(all(Kept::Bytes(&bytes)).unwrap(), bytes);
        assert!(kept.is_ascii().unwrap() && kept.whole().unwrap() == bytes);
        File::options().write(true).open(&path).unwrap().set_len(9).unwrap();
        assert_eq!(all(kept).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
