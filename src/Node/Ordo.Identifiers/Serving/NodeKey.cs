using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// The key pair with which this node signs its answers; clients find the public half in the site record. Made at the first start and kept in the store's folder.
/// </summary>
internal sealed class NodeKey : IDisposable
{
    private const int Bits = 2048;
    private const string FileName = "node-key.pem";

    // An instance signs for one thread at a time.
    private readonly ConcurrentBag<RSA> idle = [];
    private readonly RSAParameters parameters;

    public NodeKey(RSAParameters parameters)
    {
        this.parameters = parameters;
        PublicKey = new PublicKeyData(PublicKeyData.Rsa, 0, [Number(parameters.Exponent!), Number(parameters.Modulus!)]).ToArray();
    }

    /// <summary>As it stands in the site record.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Reads the key of a store, or makes one.</summary>
    /// <exception cref="InvalidDataException">The file is there and holds no key.</exception>
    public static NodeKey Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        using RSA rsa = RSA.Create(Bits);
        if (File.Exists(path))
        {
            try
            {
                rsa.ImportFromPem(File.ReadAllText(path));
            }
            catch (Exception damaged) when (damaged is ArgumentException or CryptographicException)
            {
                throw new InvalidDataException($"{path} holds no RSA key. Restore it from a backup, or put it aside: then a new one is made, and clients must read the site record again.", damaged);
            }

            return new(rsa.ExportParameters(includePrivateParameters: true));
        }

        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string partial = path + ".new";
        using (var file = new FileStream(partial, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        StoreFiles.FlushFolder(folder);
        return new(rsa.ExportParameters(includePrivateParameters: true));
    }

    public byte[] Sign(byte[] data, HashAlgorithmName hash)
    {
        if (!idle.TryTake(out RSA? rsa)) rsa = RSA.Create(parameters);
        try
        {
            return rsa.SignData(data, hash, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            idle.Add(rsa);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out RSA? rsa)) rsa.Dispose();
    }

    /// <summary>Minimal two's complement.</summary>
    private static byte[] Number(byte[] unsigned) => new System.Numerics.BigInteger(unsigned, isUnsigned: true, isBigEndian: true).ToByteArray(isBigEndian: true);
}
