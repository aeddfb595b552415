using System.Buffers.Binary;

namespace Payhook.Providers;

/// <summary>
/// CRC-32 as zlib computes it (IEEE 802.3), which stands for the body in what PayPal signs. Eight bytes at a time, so
/// that a large body costs less than its signature.
/// </summary>
static class Crc32
{
    const uint Polynomial = 0xEDB88320;

    static readonly uint[] Tables = MakeTables();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var tables = Tables;
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[0x700 + (low & 0xff)] ^ tables[0x600 + (low >> 8 & 0xff)]
                ^ tables[0x500 + (low >> 16 & 0xff)] ^ tables[0x400 + (low >> 24)]
                ^ tables[0x300 + (high & 0xff)] ^ tables[0x200 + (high >> 8 & 0xff)]
                ^ tables[0x100 + (high >> 16 & 0xff)] ^ tables[high >> 24];
        }
        foreach (var one in bytes) crc = tables[(crc ^ one) & 0xff] ^ crc >> 8;
        return ~crc;
    }

    /// <summary>Table n says what a byte does to the sum when n more bytes follow it.</summary>
    static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ Polynomial;
            tables[i] = crc;
        }
        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = tables[previous & 0xff] ^ previous >> 8;
        }
        return tables;
    }
}
