namespace MgCap.Web.Catalogue;

/// <summary>A capture's id as it stands in a request's path or in a call of the hub; what is no id is one that no capture has.</summary>
public readonly record struct CaptureId(Guid Value)
{
    /// <summary>Reads it; routing binds by this.</summary>
    /// <returns>true: that there is no such capture is for the route to say.</returns>
    public static bool TryParse(string? text, out CaptureId id)
    {
        id = new CaptureId(Guid.TryParse(text, out var guid) ? guid : Guid.Empty);
        return true;
    }

    /// <summary>Reads it.</summary>
    public static CaptureId Parse(string? text) => TryParse(text, out var id) ? id : default;
}
