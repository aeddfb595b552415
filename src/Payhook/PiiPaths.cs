namespace Payhook;

/// <summary>
/// Where personal data stands in what providers send: names of members, of form fields and of headers. Found wherever
/// they stand, however they are spelt, and rather too often than once too little.
/// </summary>
sealed class PiiPaths
{
    const int PathsLimit = 500, PathLimitChars = 200;

    /// <summary>Written without <c>_</c> and <c>-</c>, which do not count.</summary>
    public const string Default =
        "*email*,contact*,*phone*,mobile*,*msisdn*,whatsapp*,fax,"
        + "name,*name,nameon*,*holder*,owner*,customerdetails,payer,payer*,buyer*,shopper*,recipient*,"
        + "beneficiary*,debtor*,remitter*,sender*,"
        + "*card*,bin,last4,*vpa,upiid,iban,*iban,bic,accountnumber,*accountnumber,bankaccount*,bankdetails,ifsc*,"
        + "routingnumber,sortcode,*vanumber,"
        + "*address*,billing,billingdetails,billinginfo,shipping,shippingdetails,shippinginfo,street*,line1,line2,city,"
        + "*zip,zip*,postal*,postcode,pincode,latitude,longitude,ip,*clientip,*customerip,*remoteip,*browser*,"
        + "useragent,identification,*birth*,dob,pan,aadhaar*,ssn,*taxid,taxid*,gstin,cpf,cnpj,passport*,nationalid*,"
        + "customfields,noteattributes,udf*";

    readonly Pattern[][] _paths;

    PiiPaths(Pattern[][] paths) => _paths = paths;

    /// <summary>Reads the setting. With a <c>+</c> in front the paths are added to the default ones.</summary>
    /// <returns>The paths, or what is wrong with them.</returns>
    public static (PiiPaths? Paths, string? Fault) Parse(string text)
    {
        if (text.StartsWith('+')) text = Default + "," + text[1..];
        var paths = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (paths.Length == 0) return (null, "names no path");
        if (paths.Length > PathsLimit) return (null, $"has more than {PathsLimit} paths");
        var read = new Pattern[paths.Length][];
        for (var i = 0; i < paths.Length; i++)
        {
            if (paths[i].Length > PathLimitChars) return (null, $"has a path of more than {PathLimitChars} characters");
            read[i] = [.. paths[i].Split('.').Select(Pattern.Of)];
            if (Array.Exists(read[i], p => !p.IsRight))
                return (null, $"has the path '{paths[i]}', whose names are not all letters, digits, _ and -, "
                    + "with a * at most at the start and at the end");
        }
        return (new(read), null);
    }

    /// <summary>
    /// A name as it is compared: without case and without what joins its words, so that <c>first_name</c>,
    /// <c>firstName</c> and <c>FIRST-NAME</c> are one.
    /// </summary>
    public static string Folded(ReadOnlySpan<char> name)
    {
        var folded = new char[name.Length];
        var length = 0;
        foreach (var c in name)
        {
            if (c is not ('_' or '-' or ' ')) folded[length++] = char.ToLowerInvariant(c);
        }
        return new(folded, 0, length);
    }

    /// <summary>Whether a value is personal by where it stands.</summary>
    /// <param name="names">The folded names that lead to it, its own last.</param>
    public bool Match(List<string> names) => Array.Exists(_paths, path => EndsWith(names, path));

    static bool EndsWith(List<string> names, Pattern[] path)
    {
        if (path.Length > names.Count) return false;
        for (var i = 1; i <= path.Length; i++)
        {
            if (!path[^i].Matches(names[^i])) return false;
        }
        return true;
    }

    /// <summary>One name of a path, with what may stand before and behind it.</summary>
    readonly record struct Pattern(string Text, bool IsOpenBefore, bool IsOpenBehind)
    {
        public bool IsRight => Text.Length > 0 ? Text.All(char.IsAsciiLetterOrDigit) : IsOpenBefore && !IsOpenBehind;

        public static Pattern Of(string segment)
        {
            var (isOpenBefore, isOpenBehind) = (segment.StartsWith('*'), segment.Length > 1 && segment.EndsWith('*'));
            var start = isOpenBefore ? 1 : 0;
            return new(Folded(segment.AsSpan(start, segment.Length - start - (isOpenBehind ? 1 : 0))),
                isOpenBefore, isOpenBehind);
        }

        public bool Matches(string name) => (IsOpenBefore, IsOpenBehind) switch
        {
            (false, false) => name == Text,
            (false, true) => name.StartsWith(Text, StringComparison.Ordinal),
            (true, false) => name.EndsWith(Text, StringComparison.Ordinal),
            (true, true) => name.Contains(Text, StringComparison.Ordinal),
        };
    }
}
