using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Payhook;

/// <summary>
/// The password of who administers in a browser. As a hash it is slow to try, because people choose passwords that can
/// be guessed; one that stands in the settings as it is gains nothing by that.
/// </summary>
sealed class AdminPassword
{
    public const int CharsMinimum = 12, LimitBytes = 1024;

    /// <summary>What it has to be, in words.</summary>
    public static readonly string Rule = $"at least {CharsMinimum} characters and at most {LimitBytes} bytes in UTF-8";

    const string Scheme = "pbkdf2-sha256";
    const int Iterations = 600_000, IterationsMinimum = 100_000, IterationsLimit = 10_000_000;
    const int SaltBytes = 16, HashBytes = 32;

    readonly int _iterations;
    readonly byte[] _salt, _hash;

    AdminPassword(int iterations, byte[] salt, byte[] hash, string basis)
    {
        (_iterations, _salt, _hash) = (iterations, salt, hash);
        Basis = SHA256.HashData(Encoding.UTF8.GetBytes(basis));
    }

    /// <summary>One that nothing matches.</summary>
    public static AdminPassword None { get; } = new(0, [], [], "none");

    /// <summary>What sessions are held against: another password is another basis.</summary>
    public byte[] Basis { get; }

    /// <summary>True where a try costs a good part of a second.</summary>
    public bool IsSlow => _iterations > 0;

    public static bool IsChoosable(string text) =>
        text.Length >= CharsMinimum && Encoding.UTF8.GetByteCount(text) <= LimitBytes;

    /// <summary>One that stands in the settings as it is.</summary>
    public static AdminPassword OfText(string text) =>
        new(0, [], SHA256.HashData(Encoding.UTF8.GetBytes(text)), "text " + text);

    /// <summary>One in the form of <see cref="Hash"/>; <see langword="null"/> where it is not.</summary>
    public static AdminPassword? OfHash(string text)
    {
        var parts = text.Split('$');
        var (salt, hash) = (new byte[SaltBytes], new byte[HashBytes]);
        return parts is [Scheme, var count, var saltText, var hashText]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            && iterations is >= IterationsMinimum and <= IterationsLimit
            && Convert.TryFromBase64String(saltText, salt, out var saltLength) && saltLength == SaltBytes
            && Convert.TryFromBase64String(hashText, hash, out var hashLength) && hashLength == HashBytes
            ? new(iterations, salt, hash, text)
            : null;
    }

    /// <summary>The text that is stored of a password, with a salt of its own.</summary>
    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, Iterations);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Scheme}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    public bool Matches(string given)
    {
        if (Encoding.UTF8.GetByteCount(given) > LimitBytes) return false;
        var hash = IsSlow ? Derive(given, _salt, _iterations) : SHA256.HashData(Encoding.UTF8.GetBytes(given));
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    public override string ToString() => "***";

    static byte[] Derive(string password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, HashBytes);
}
